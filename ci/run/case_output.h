// What a worker process writes to stdout and stderr, cut up by the marks that the suite writes there around each case
// (ci/testkit/output_marks.h): what a case wrote is told from what was written outside of all.
#pragma once

#include <string>

namespace simple::gate {

class CaseOutput {
  public:
    void clear();
    void add(const std::string& text);

    // Since the last mark; grows beyond any limit that is not looked after.
    size_t bytes() const { return bytes_; }

    // What was written before the mark, which is taken off with it; everything where it is not there. No more than is
    // shown, that is.
    std::string take_until(const std::string& mark);
    std::string take_all() { return take(text_.size(), 0); }

  private:
    std::string take(size_t size, size_t mark_size);

    std::string text_;
    size_t bytes_ = 0;
};

}  // namespace simple::gate
