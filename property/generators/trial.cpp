#include "property/generators/trial.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <sstream>

namespace simple::property {

namespace {

// Draws through RapidCheck from a function of a Dice, shrinking by a function from a value to simpler ones.
template <typename Make, typename Shrink>
auto drawn(const char* name, const Make& make, const Shrink& shrink) {
    using T = decltype(make(Dice(0)));
    const rc::Gen<T> gen = [=](const rc::Random& random, int) {
        rc::Random source = random;
        return rc::shrinkable::shrinkRecur(make(Dice(source.next())),
                                           [=](const T& value) { return rc::seq::fromContainer(shrink(value)); });
    };
    return *gen.as(name);
}

struct Choices {
    std::vector<uint64_t> numbers;
};

std::ostream& operator<<(std::ostream& out, const Choices& choices) {
    return out << choices.numbers.size() << " choices, "
               << std::count(choices.numbers.begin(), choices.numbers.end(), 0) << " of them 0";
}

// A list of handles by their names. One that has none was made otherwise: it gets one, since its number would be
// another in the next run.
std::string listed(const Array& list, std::map<int64_t, std::string>& names) {
    if (list.null || list.null_items || list.len != Array::kItemCount || list.items.empty()) return "";
    std::string text = "ARRAY(" + std::to_string(list.items.size());
    for (const SplValue& item : list.items) {
        if (item.tag != SPL_INT) return "";
        if (item.as_int > 0 && names.count(item.as_int) == 0)
            names[item.as_int] = "other" + std::to_string(names.size() + 1);
        const auto name = names.find(item.as_int);
        text += ", INT(" + (name == names.end() ? std::to_string(item.as_int) : name->second) + ")";
    }
    return text + ")";
}

}  // namespace

Failed::Failed(Fn fn, Outcome outcome)
    : Broken(std::string(function(fn).symbol) + " failed with code " + std::to_string(outcome.code) + ": " +
             outcome.message),
      fn(fn),
      outcome(std::move(outcome)) {}

Arg to_arg(const std::vector<Value>& handles) {
    Dims numbers;
    for (const Value& handle : handles) numbers.push_back(handle.get());
    return Arg(Array::ints(numbers));
}

Trial::Trial(const Backend& backend) : backend(backend), real(backend.available()) {}

int64_t Trial::integer(const char* name, int64_t low, int64_t high) {
    const int64_t target = std::clamp<int64_t>(0, low, high);
    return drawn(
        name, [=](Dice dice) { return dice.integer(low, high); },
        [=](int64_t value) {
            std::vector<int64_t> simpler;
            for (int64_t step = value - target; step != 0; step /= 2) simpler.push_back(value - step);
            return simpler;
        });
}

double Trial::number(const char* name, double low, double high) {
    return drawn(
        name, [=](Dice dice) { return low + (high - low) * dice.unit(); },
        [=](double value) {
            std::vector<double> simpler;
            for (double target : {0.0, 1.0, std::trunc(value)})
                if (target >= low && target <= high && std::abs(target) < std::abs(value)) simpler.push_back(target);
            return simpler;
        });
}

int64_t Trial::dim(const char* name, size_t ndim) {
    const auto count = static_cast<int64_t>(std::max<size_t>(ndim, 1));
    return integer(name, -count, count - 1);
}

TensorSpec Trial::spec(const char* name, const Want& want) {
    return drawn(
        name, [=](Dice dice) { return draw(want, dice); }, [=](const TensorSpec& spec) { return simpler(want, spec); });
}

Dims Trial::partner(const char* name, const Dims& base) {
    return drawn(
        name, [=](Dice dice) { return draw_partner(base, dice); },
        [=](const Dims& dims) { return dims == base ? std::vector<Dims>{} : std::vector<Dims>{base}; });
}

Dims Trial::permutation(const char* name, size_t count) {
    return drawn(
        name,
        [=](Dice dice) {
            Dims order(count);
            std::iota(order.begin(), order.end(), 0);
            for (size_t i = count; i > 1; i--)
                std::swap(order[i - 1], order[static_cast<size_t>(dice.integer(0, static_cast<int64_t>(i) - 1))]);
            return order;
        },
        [=](const Dims& order) {
            Dims sorted = order;
            std::sort(sorted.begin(), sorted.end());
            return sorted == order ? std::vector<Dims>{} : std::vector<Dims>{sorted};
        });
}

Random Trial::choices(const char* name, const std::function<bool(Random)>& wanted) {
    constexpr size_t kLongest = 400;  // more than any call of the table takes for its shapes and first elements
    constexpr int kTries = 100;
    return Random(
        drawn(
            name,
            [&wanted](Dice dice) {
                Choices choices;
                for (int i = 0; i < (wanted ? kTries : 1); i++) {
                    choices.numbers.clear();
                    while (choices.numbers.size() < kLongest) choices.numbers.push_back(dice.next() >> 1);
                    if (wanted && wanted(Random(choices.numbers))) break;
                }
                return choices;
            },
            [](const Choices& choices) {
                std::vector<Choices> simpler;
                const auto& numbers = choices.numbers;
                for (size_t keep = 0; keep < numbers.size(); keep += numbers.size() / 8 + 1)
                    simpler.push_back({{numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(keep)}});
                for (size_t i = 0; i < numbers.size() && i < 40; i++) {
                    if (numbers[i] == 0) continue;
                    simpler.push_back(choices);
                    simpler.back().numbers[i] = 0;
                }
                return simpler;
            })
            .numbers);
}

std::vector<int64_t> Trial::list(const char* name, size_t longest, int64_t low, int64_t high, size_t shortest) {
    return drawn(
        name,
        [=](Dice dice) {
            std::vector<int64_t> numbers(
                static_cast<size_t>(dice.integer(static_cast<int64_t>(shortest), static_cast<int64_t>(longest))));
            for (int64_t& number : numbers) number = dice.integer(low, high);
            return numbers;
        },
        [](const std::vector<int64_t>& numbers) {
            std::vector<std::vector<int64_t>> simpler;
            for (size_t length = numbers.size() / 2; length >= 1; length /= 2) {
                for (size_t from = 0; from + length <= numbers.size(); from += length) {
                    simpler.push_back(numbers);
                    auto& less = simpler.back();
                    const auto begin = less.begin() + static_cast<std::ptrdiff_t>(from);
                    less.erase(begin, begin + static_cast<std::ptrdiff_t>(length));
                }
            }
            return simpler;
        });
}

Value Trial::make(const TensorSpec& spec) {
    const auto plain = [&](const std::vector<double>& values, const Dims& dims) {
        // As make does it: int64 from whole numbers, float32 through float64, which has no handle that outlives make.
        constexpr int64_t kBetween = -1;
        if (spec.dtype == DType::i64)
            steps_.push_back({Fn::from_i64_data, {to_arg(values), to_arg(dims)}, {}});
        else
            steps_.push_back({Fn::from_data, {to_arg(values), to_arg(dims)}, {}});
        if (spec.dtype == DType::f32) {
            note(kBetween);
            steps_.push_back({Fn::to_float32, {to_arg(kBetween)}, {}});
        }
        Tensor tensor = simple::make(backend, spec.dtype, values, dims);
        const int64_t handle = tensor.release();
        check(handle > 0, "a tensor of shape " + text_of(dims) + " can be made");
        note(handle);
        return Value(backend, handle);
    };
    const auto size = static_cast<int64_t>(spec.values.size());
    Dims dims = spec.dims;
    switch (spec.layout) {
        case Layout::contiguous: return plain(spec.values, dims);
        case Layout::offset: {
            std::vector<double> values(static_cast<size_t>(dims[0] ? size / dims[0] : product(dims)), 7);
            values.insert(values.end(), spec.values.begin(), spec.values.end());
            dims[0]++;
            values.resize(static_cast<size_t>(product(dims)), 7);
            return (*this)(Fn::slice, plain(values, dims), 0, 1, dims[0], 1);
        }
        case Layout::transposed: {
            const int64_t last = dims.back(), first = dims.front();
            if (dims.size() < 2) return plain(spec.values, dims);
            const int64_t middle = size ? size / (first * last) : 0;
            std::vector<double> values(spec.values.size());
            for (int64_t i = 0; i < (size ? first : 0); i++)
                for (int64_t m = 0; m < middle; m++)
                    for (int64_t j = 0; j < last; j++)
                        values[static_cast<size_t>((j * middle + m) * first + i)] =
                            spec.values[static_cast<size_t>((i * middle + m) * last + j)];
            std::swap(dims.front(), dims.back());
            return (*this)(Fn::transpose, plain(values, dims), 0, -1);
        }
        case Layout::reversed: {
            const Dims base(dims.rbegin(), dims.rend());
            Dims order(dims.size()), at(dims.size());
            std::iota(order.rbegin(), order.rend(), 0);
            std::vector<double> values(spec.values.size());
            for (const double value : spec.values) {
                size_t place = 0;
                for (size_t i = dims.size(); i-- > 0;)
                    place = place * static_cast<size_t>(dims[i]) + static_cast<size_t>(at[i]);
                values[place] = value;
                for (size_t i = dims.size(); i-- > 0 && ++at[i] == dims[i];) at[i] = 0;
            }
            return (*this)(Fn::permute, plain(values, base), order);
        }
        case Layout::sliced: {
            std::vector<double> values;
            for (double value : spec.values) values.insert(values.end(), {value, 7});
            dims.back() *= 2;
            return (*this)(Fn::slice, plain(values, dims), -1, 0, dims.back(), 2);
        }
    }
    throw std::logic_error("a layout without a way to make it");
}

Outcome Trial::run(Fn fn, const Args& args) {
    steps_.push_back({fn, args, {}});
    Outcome outcome = call(backend, fn, args);
    if (!outcome.ok()) throw Failed(fn, std::move(outcome));
    return outcome;
}

Outcome Trial::attempt_raw(Fn fn, const Args& args) {
    steps_.push_back({fn, args, {}});
    return call(backend, fn, args);
}

Outcome Trial::attempt_and_free(Fn fn, const Args& args) {
    Outcome outcome = attempt_raw(fn, args);
    const Type result = function(fn).result;
    if (outcome.ok() && result == Type::tensor_array) many(outcome);
    if (outcome.ok() && (result == Type::tensor || result == Type::tensor_opt)) one(outcome);
    return outcome;
}

int32_t Trial::attempt(Fn fn, const Args& args) { return attempt_and_free(fn, args).code; }

Value Trial::one(const Outcome& outcome) {
    note(outcome.integer);
    return Value(backend, outcome.integer);
}

std::vector<Value> Trial::many(const Outcome& outcome) {
    std::vector<Value> handles;
    for (const SplValue& item : outcome.items) {
        note(item.as_int);
        handles.emplace_back(backend, item.as_int);
    }
    return handles;
}

void Trial::note(int64_t handle) { steps_.back().results.push_back(handle); }

std::string Trial::calls() const {
    std::map<int64_t, std::string> names = named_;
    const char* prefix = named_.empty() ? "t" : "r";  // t are the steps of the program that named_ is of
    size_t count = 0;
    std::string text;
    for (const Step& step : steps_) {
        const Function& row = function(step.fn);
        std::vector<std::string> arguments(row.param_count);
        for (size_t i = 0; i < step.args.size() && i < row.param_count; i++) {
            const auto* handle = std::get_if<int64_t>(&step.args[i]);
            if (row.params[i].type == Type::tensor_array) arguments[i] = listed(std::get<Array>(step.args[i]), names);
            const bool tensor = row.params[i].type == Type::tensor || row.params[i].type == Type::tensor_opt;
            if (handle && tensor && names.count(*handle)) arguments[i] = names[*handle];
        }
        std::string line = "  ";
        for (int64_t result : step.results) {
            std::string name = prefix;
            name += std::to_string(++count);
            line += name + " = ";
            names[result] = name;
        }
        text += line + to_c(step.fn, step.args, arguments) + ";\n";
    }
    return text;
}

uint64_t case_seed(uint64_t seed, const std::string& id) {
    uint64_t hash = 0xcbf29ce484222325ull;  // FNV-1a
    for (char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    return Dice(hash ^ (seed * 0x9e3779b97f4a7c15ull)).next();
}

namespace {

void run_example(const Backend& backend, const std::function<void(Trial&)>& body) {
    const bool counts = backend.has(Fn::live_tensors);
    const int64_t before = counts ? backend.live_tensors() : 0;
    {
        Trial trial(backend);
        try {
            body(trial);
        } catch (const MissingFunction&) {
            skip("control");
        } catch (const std::exception& error) {
            throw rc::detail::CaseResult(rc::detail::CaseResult::Type::Failure,
                                         std::string(error.what()) + "\nCalls:\n" + trial.calls());
        }
    }
    if (counts && backend.live_tensors() != before)
        throw rc::detail::CaseResult(rc::detail::CaseResult::Type::Failure,
                                     std::to_string(backend.live_tensors() - before) + " handles leaked (H3)");
}

// What broke first, since it is by that that failures are told apart; RapidCheck begins with how many examples held.
std::string report_of(const rc::detail::TestResult& result) {
    std::ostringstream report;
    if (!result.is<rc::detail::FailureResult>()) {
        rc::detail::printResultMessage(result, report);
        return report.str();
    }
    const auto& failure = result.get<rc::detail::FailureResult>();
    report << failure.description << "\n  example: " << failure.numSuccess + 1;
    for (const auto& [what, value] : failure.counterExample) report << "\n" << what << ":\n" << value;
    return report.str();
}

}  // namespace

void hold(const std::string& id, const Backend& backend, const SuiteOptions& options, int examples,
          const std::function<void(Trial&)>& body) {
    rc::detail::TestParams params;
    params.seed = case_seed(options.seed, id);
    params.maxSuccess = examples;
    rc::detail::TestMetadata metadata;
    metadata.id = id;
    rc::detail::TestListenerAdapter quiet;
    const auto result = rc::detail::checkTestable([&] { run_example(backend, body); }, metadata, params, quiet,
                                                  std::unordered_map<std::string, rc::detail::Reproduce>());
    if (result.is<rc::detail::SuccessResult>()) return;
    ADD_FAILURE() << report_of(result);
}

}  // namespace simple::property
