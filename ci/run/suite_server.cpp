#include "ci/run/suite_server.h"

#include <unistd.h>

namespace simple::gate {
namespace {

constexpr int kMostReads = 64;  // of 64 KiB each, which is what a pipe holds

}  // namespace

std::unique_ptr<ForkServer> start_server(const std::vector<std::string>& program, const WatchFile& watch) {
    auto argv = program;
    argv.insert(argv.end(), {"--events-fd", std::to_string(Process::kEventsFd), "--watch", watch.path()});
    return std::make_unique<ForkServer>(argv);
}

ForkServer& SuiteServer::server() {
    if (!server_) server_ = start_server(program_, watch_);
    return *server_;
}

void SuiteServer::rest() {
    if (!server_) return;
    const auto deadline = std::chrono::steady_clock::now() + kToTellOfAnEnd;
    while (server_->awaits_child() && std::chrono::steady_clock::now() < deadline) usleep(500);
    server_->kill();
    Ending ending;
    bool ended = false;
    while (!(ended = server_->ended(ending)) && std::chrono::steady_clock::now() < deadline) usleep(500);
    server_->process().take_leftovers();
    for (int i = 0; i < kMostReads; ++i) {
        std::string forgotten;
        server_->process().read_events(forgotten);
        server_->process().read_output(forgotten);
        if (forgotten.empty()) break;
    }
    if (!ended || !server_->usable()) server_.reset();
}

}  // namespace simple::gate
