// The candidate's core functions through the dyncall forms of a library, loaded by the first case that asks.
#pragma once

#include <optional>
#include <string>

#include "golden/dynamic/forms.h"

namespace simple::golden {

class FormsLibrary {
  public:
    FormsLibrary(const Backend& core, std::string path)
        : core(core), path_(std::move(path)), backend_(core), sized_(core) {}
    FormsLibrary(const FormsLibrary&) = delete;
    FormsLibrary& operator=(const FormsLibrary&) = delete;

    // Ends the running case as skipped where the candidate has no forms, or no functions that tell how they ended.
    bool skips();
    // The candidate's functions as they are until a case was not skipped.
    const Backend& backend() const { return backend_; }
    // The same, whose shape goes through shape_dim.
    const Backend& sized() const { return sized_; }

    const Backend& core;

  private:
    std::string path_;
    Backend backend_, sized_;
    std::optional<std::string> lacking_;
};

}  // namespace simple::golden
