#include "ci/faults/served_proxy.h"

#include <unistd.h>

#include <fstream>
#include <utility>

#include "ci/run/watch_file.h"
#include "ci/testkit/call_record.h"

namespace simple::gate {

std::vector<std::string> with_environment(std::vector<std::string> program,
                                          const std::vector<std::string>& environment) {
    program.insert(program.begin(), environment.begin(), environment.end());
    return program;
}

ServedProxy::ServedProxy(std::vector<std::string> program, const std::string& inner)
    : record_(write_temporary_file(std::string(sizeof(CallRecord), '\0'))),
      faults_(write_temporary_file("\n")),
      server_(with_environment(std::move(program), {"SIMPLE_FAULT_INNER=" + inner, "SIMPLE_FAULT_FILE=" + faults_,
                                                    std::string(kCallRecord) + "=" + record_})) {}

ServedProxy::~ServedProxy() {
    unlink(record_.c_str());
    unlink(faults_.c_str());
}

void ServedProxy::name(const std::string& ids) {
    std::ofstream(faults_) << ids << "\n";
    batches_ = server_.batches();
}

bool ServedProxy::planted() const {
    std::ifstream in(faults_);
    std::string ids, said;
    return std::getline(in, ids) && std::getline(in, said) && said == "planted";
}

}  // namespace simple::gate
