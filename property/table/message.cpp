#include "property/table/message.h"

#include <algorithm>

#include "ci/testkit/message.h"

namespace simple::property {

namespace {

// Numbers of which a message holds one that was at fault.
struct Numbers {
    std::vector<int64_t> whole;
    std::vector<double> floating;
    bool none = false;  // what is at fault may be without one: an empty array, the shape of a 0-d tensor, a flag

    bool in(const std::string& text) const {
        const auto is_there = [&](auto number) { return has_number(text, number); };
        return none || std::any_of(whole.begin(), whole.end(), is_there) ||
               std::any_of(floating.begin(), floating.end(), is_there);
    }
};

bool holds_a_handle(Type type) { return type == Type::tensor || type == Type::tensor_opt || type == Type::stream; }

// What can be wrong with a tensor.
void add_tensor(const Backend& backend, int64_t handle, Numbers& numbers) {
    constexpr int64_t kFew = 64;
    const int64_t count = handle > 0 ? backend.numel(handle) : -1;
    if (count < 0) return;
    numbers.whole.push_back(count);
    const int64_t ndim = backend.ndim(handle);
    numbers.none = numbers.none || ndim == 0;
    numbers.whole.push_back(ndim);
    for (int64_t size : shape(backend, handle)) numbers.whole.push_back(size);
    if (count > kFew) return;
    for (double element : values(backend, handle)) numbers.floating.push_back(element);
}

void add_array(const Array& array, Numbers& numbers) {
    numbers.none = numbers.none || array.null || array.null_items || array.items.empty();
    if (array.len != Array::kItemCount) numbers.whole.push_back(array.len);
    numbers.whole.push_back(static_cast<int64_t>(array.items.size()));
    for (const SplValue& item : array.items) {
        numbers.whole.push_back(item.tag);
        if (item.tag == SPL_INT) numbers.whole.push_back(item.as_int);
        if (item.tag == SPL_FLOAT) numbers.floating.push_back(item.as_float);
    }
}

Numbers handles_of(const Function& row, const Args& args) {
    Numbers numbers;
    for (size_t i = 0; i < args.size(); ++i) {
        if (holds_a_handle(row.params[i].type)) numbers.whole.push_back(std::get<int64_t>(args[i]));
        if (row.params[i].type != Type::tensor_array) continue;
        for (const SplValue& item : std::get<Array>(args[i]).items) numbers.whole.push_back(item.as_int);
    }
    return numbers;
}

Numbers numbers_of(const Backend& backend, const Function& row, const Args& args) {
    Numbers numbers;
    for (size_t i = 0; i < args.size(); ++i) {
        const auto* whole = std::get_if<int64_t>(&args[i]);
        const auto* floating = std::get_if<double>(&args[i]);
        const auto* array = std::get_if<Array>(&args[i]);
        if (holds_a_handle(row.params[i].type))
            add_tensor(backend, *whole, numbers);
        else if (whole)
            numbers.whole.push_back(*whole);
        if (floating) numbers.floating.push_back(*floating);
        if (array) add_array(*array, numbers);
        if (array && row.params[i].type == Type::tensor_array && !array->null_items)
            for (const SplValue& item : array->items) add_tensor(backend, item.as_int, numbers);
    }
    return numbers;
}

// The parameter that a way's name begins with: "dim out of range".
std::string_view named_by(const Way& way, const Function& row) {
    for (size_t i = 0; i < row.param_count; ++i) {
        const std::string_view name = row.params[i].name;
        if (way.name.compare(0, name.size() + 1, std::string(name) + ' ') == 0) return name;
    }
    return "";
}

bool names_some(const std::string& text, const Function& row) {
    for (size_t i = 0; i < row.param_count; ++i)
        if (has_word(text, row.params[i].name)) return true;
    return false;
}

// An argument is at fault, and not the machine.
bool is_of_arguments(Code code) {
    return code == Code::handle || code == Code::argument || code == Code::shape || code == Code::dtype ||
           code == Code::range || code == Code::numerical;
}

}  // namespace

void claim_message(const Backend& backend, Fn fn, const Args& args, const Way& way, const std::string& message,
                   const Claim& claim) {
    const Function& row = function(fn);
    claim(message.find(row.symbol) != std::string::npos, "the message does not name the function (E6): " + message);
    claim(message.find("#0") == std::string::npos && message.find("frame #") == std::string::npos,
          "the message carries a stack trace (E6): " + message);
    if (!is_of_arguments(way.code)) return;
    const std::string text = without_symbol(fn, message);
    const std::string_view name = named_by(way, row);
    claim(
        name.empty() ? names_some(text, row) : has_word(text, name),
        "the message does not name the argument" + (name.empty() ? "" : " " + std::string(name)) + " (E6): " + message);
    // What is absent, or not in a graph.
    const bool is_about_a_flag = fn == Fn::backward || fn == Fn::set_requires_grad || fn == Fn::batch_norm;
    const bool has_values = way.code == Code::handle || way.code == Code::shape || way.code == Code::range ||
                            (way.code == Code::argument && !is_about_a_flag);
    const Numbers numbers = way.code == Code::handle ? handles_of(row, args) : numbers_of(backend, row, args);
    claim(!has_values || numbers.in(text), "the message holds no value of an argument (E6): " + message);
}

}  // namespace simple::property
