#include "property/relations/short_text.h"

#include <sstream>

namespace simple::property {

namespace {

std::string shown(const Array& array) {
    std::ostringstream text;
    constexpr size_t kShown = 8;
    text << '[';
    for (size_t i = 0; i < array.items.size() && i < kShown; i++) {
        const SplValue& item = array.items[i];
        text << (i ? ", " : "");
        if (item.tag == SPL_FLOAT)
            text << item.as_float;
        else
            text << item.as_int;
    }
    if (array.items.size() > kShown) text << ", ... " << array.items.size() << " in all";
    text << ']';
    return text.str();
}

std::string argument(const Step& step, size_t i) {
    std::string handles;
    for (const Ref& ref : step.refs)
        if (ref.argument == i) handles += (handles.empty() ? "n" : ", n") + std::to_string(ref.step);
    const auto* array = std::get_if<Array>(&step.args[i]);
    if (!handles.empty()) return array ? "[" + handles + "]" : handles;
    if (array) return shown(*array);
    std::ostringstream text;
    if (const auto* whole = std::get_if<int64_t>(&step.args[i])) text << *whole;
    if (const auto* number = std::get_if<double>(&step.args[i])) text << *number;
    if (const auto* flag = std::get_if<bool>(&step.args[i])) text << (*flag ? "true" : "false");
    return text.str();
}

}  // namespace

std::string short_text(const Program& program, const std::map<size_t, std::string>& notes) {
    std::string text;
    for (size_t at = 0; at < program.size(); at++) {
        const Step& step = program[at];
        text += "  n" + std::to_string(at) + " = " + std::string(function(step.fn).name) + "(";
        for (size_t i = 0; i < step.args.size(); i++) text += (i ? ", " : "") + argument(step, i);
        const auto note = notes.find(at);
        text += note == notes.end() ? ")\n" : ")  " + note->second + "\n";
    }
    return text;
}

}  // namespace simple::property
