#include "ci/run/case_output.h"

#include <algorithm>

namespace simple::gate {
namespace {

constexpr size_t kShown = 2000;    // bytes of what was written before a mark: the last
constexpr size_t kKept = 4 << 20;  // of what comes at once; whoever writes more is ended for it

}  // namespace

void CaseOutput::clear() {
    text_.clear();
    bytes_ = 0;
}

void CaseOutput::add(const std::string& text) {
    bytes_ += text.size();
    if (text_.size() < kKept) text_ += text;  // the marks are at its front
}

std::string CaseOutput::take_until(const std::string& mark) {
    const size_t found = text_.find(mark);
    return found == std::string::npos ? take_all() : take(found, mark.size());
}

std::string CaseOutput::take(size_t size, size_t mark_size) {
    std::string before = text_.substr(0, size);
    text_.erase(0, size + mark_size);
    bytes_ = text_.size();
    // Of whoever ended the process the later marks are no longer asked for.
    for (size_t begin = 0; (begin = before.find('\x1e', begin)) != std::string::npos;)
        before.erase(begin, std::min(before.find('\n', begin), before.size() - 1) + 1 - begin);
    if (before.size() > kShown) before.erase(0, before.size() - kShown);
    return before;
}

}  // namespace simple::gate
