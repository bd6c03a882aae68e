#include "ci/engine/help.h"

#include <cstddef>
#include <sstream>

namespace simple::gate {
namespace {

constexpr size_t kNames = 28;  // columns of options, and of what is said of them
constexpr size_t kTexts = 80;

}  // namespace

WrappedHelp::WrappedHelp() { column_width(kNames); }

// CLI11 indents what stands behind a line break.
std::string WrappedHelp::make_option_desc(const CLI::Option* option) const {
    std::istringstream words(option->get_description());
    std::string text;
    size_t used = 0;
    for (std::string word; words >> word;) {
        const bool fits = used + 1 + word.size() <= kTexts;
        if (!text.empty()) text += fits ? " " : "\n";
        used = text.empty() || !fits ? word.size() : used + 1 + word.size();
        text += word;
    }
    return text;
}

}  // namespace simple::gate
