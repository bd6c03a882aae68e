#include "bench/instructions/callgrind_file.h"

#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "bench/instructions/starts_with.h"

namespace simple::bench {
namespace {

class Reader {
  public:
    Reader(std::istream& in, const std::function<void(const Dump&)>& take) : in_(in), take_(take) {}

    void read() {
        for (std::string line; std::getline(in_, line);) {
            ++line_;
            if (!line.empty() && line[0] != '#') read_line(line);
        }
        if (in_.bad()) fail("it cannot be read");
        finish_dump();
        if (!started_) fail("it has no dump");
    }

  private:
    [[noreturn]] void fail(const std::string& why) const {
        throw std::runtime_error("callgrind's file, line " + std::to_string(line_) + ": " + why);
    }

    uint64_t number(std::string_view text) const {
        const bool hex = starts_with(text, "0x");
        const char* begin = text.data() + (hex ? 2 : 0);
        uint64_t value = 0;
        const auto result = std::from_chars(begin, text.data() + text.size(), value, hex ? 16 : 10);
        if (result.ec != std::errc() || result.ptr != text.data() + text.size())
            fail("no number: " + std::string(text));
        return value;
    }

    // "(12) name" names 12, "(12)" means it, anything else is a name. Files, objects and functions are numbered apart.
    std::string_view name(char space, std::string_view text) {
        if (text.empty() || text[0] != '(') return *names_.emplace(text).first;
        const size_t end = text.find(')');
        if (end == std::string_view::npos) fail("a name's number does not end");
        auto& known = numbered_[{space, number(text.substr(1, end - 1))}];
        if (end + 2 < text.size())
            known = *names_.emplace(text.substr(end + 2)).first;
        else if (known.data() == nullptr)
            fail("no name has the number " + std::string(text));
        return known;
    }

    void read_line(std::string_view line) {
        const char first = line[0];
        if ((first >= '0' && first <= '9') || first == '+' || first == '-' || first == '*') return read_costs(line);
        const size_t equals = line.find('=');
        const size_t colon = line.find(':');
        if (colon < equals) return read_header(line.substr(0, colon), line.substr(std::min(line.size(), colon + 2)));
        if (equals == std::string_view::npos) fail("neither cost nor name: " + std::string(line));
        read_name(line.substr(0, equals), line.substr(equals + 1));
    }

    void read_header(std::string_view key, std::string_view value) {
        if (key == "part") {
            finish_dump();
            started_ = true;
        } else if (key == "positions") {
            has_address_ = starts_with(value, "instr");
            has_line_ = value.find("line") != std::string_view::npos;
        } else if (key == "events") {
            if (value != "Ir") fail("the events are not Ir alone: " + std::string(value));
        } else if (key == "totals") {
            total_ = number(value);
        } else if (key == "desc") {
            constexpr std::string_view kTrigger = "Trigger: Client Request: ";
            if (starts_with(value, kTrigger)) dump_.label = value.substr(kTrigger.size());
        } else if (key != "version" && key != "creator" && key != "summary" && key != "pid" && key != "cmd" &&
                   key != "thread") {
            fail("unknown header: " + std::string(key));
        }
    }

    void read_name(std::string_view key, std::string_view value) {
        if (key == "ob") {
            at_.object = name('o', value);
        } else if (key == "fn") {
            at_.function = name('f', value);
        } else if (key == "cob") {
            called_object_ = name('o', value);
        } else if (key == "cfn") {
            called_ = name('f', value);
        } else if (key == "fl" || key == "fi" || key == "fe" || key == "cfi" || key == "cfl") {
            name('s', value);
        } else if (key == "calls") {
            if (!called_) fail("a call of nothing");
            const size_t blank = value.find(' ');
            const uint64_t times = number(value.substr(0, blank));
            uint64_t begin = address_;
            if (has_address_ && blank != std::string_view::npos)
                move(begin, value.substr(blank + 1, value.find(' ', blank + 1) - blank - 1));
            dump_.calls.push_back(
                {at_, {called_object_.value_or(at_.object), *called_}, has_address_ ? begin : 0, times});
            called_.reset();
            called_object_.reset();
            inclusive_ = true;
        } else {
            fail("unknown key: " + std::string(key));
        }
    }

    // A position that may be told from the one before.
    void move(uint64_t& position, std::string_view text) const {
        if (text == "*") return;
        if (text[0] == '+')
            position += number(text.substr(1));
        else if (text[0] == '-')
            position -= number(text.substr(1));
        else
            position = number(text);
    }

    void read_costs(std::string_view line) {
        std::string_view words[3];
        size_t count = 0;
        for (size_t begin = 0; begin < line.size() && count < 3;) {
            const size_t end = std::min(line.size(), line.find(' ', begin));
            if (end > begin) words[count++] = line.substr(begin, end - begin);
            begin = end + 1;
        }
        const size_t positions = size_t{has_address_} + size_t{has_line_};
        if (count < positions) fail("a cost without its position");
        if (has_address_) move(address_, words[0]);
        const uint64_t executed = count > positions ? number(words[positions]) : 0;
        if (inclusive_) {  // of the call named before
            inclusive_ = false;
            return;
        }
        if (at_.function.data() == nullptr) fail("a cost of no function");
        dump_.costs.push_back({at_, has_address_ ? address_ : 0, executed});
        sum_ += executed;
    }

    void finish_dump() {
        if (!started_) return;
        if (inclusive_ || called_) fail("it ends within a call");
        if (!total_) fail("a dump is cut short");
        if (sum_ != *total_)
            fail("the costs of " + (dump_.label.empty() ? "a dump" : dump_.label) + " sum up to " +
                 std::to_string(sum_) + ", and it says " + std::to_string(*total_));
        take_(dump_);
        dump_ = {};
        sum_ = 0;
        total_.reset();
        at_ = {};
        address_ = 0;
    }

    std::istream& in_;
    const std::function<void(const Dump&)>& take_;
    std::set<std::string, std::less<>> names_;
    std::map<std::pair<char, uint64_t>, std::string_view> numbered_;
    Dump dump_;
    Place at_{};
    std::optional<std::string_view> called_object_;
    std::optional<std::string_view> called_;
    std::optional<uint64_t> total_;
    uint64_t sum_ = 0;
    uint64_t address_ = 0;
    size_t line_ = 0;
    bool has_address_ = false;
    bool has_line_ = false;
    bool inclusive_ = false;
    bool started_ = false;
};

}  // namespace

void read_dumps(std::istream& in, const std::function<void(const Dump&)>& take) { Reader(in, take).read(); }

}  // namespace simple::bench
