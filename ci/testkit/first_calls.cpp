#include "ci/testkit/first_calls.h"

#include <array>
#include <atomic>
#include <mutex>

#include "ci/testkit/capture.h"

namespace simple {
namespace {

Backend g_heard;
std::array<std::atomic<int>, kFunctionCount> g_calls{};
std::array<std::string, kFunctionCount> g_words;
std::mutex g_mutex;  // stdout and stderr are the process's: one listens at a time

class Listening {
  public:
    explicit Listening(Fn fn) : at_(static_cast<size_t>(fn)), lock_(g_mutex) {}
    ~Listening() { g_words[at_] += capture_.text(); }
    Listening(const Listening&) = delete;

  private:
    size_t at_;
    std::lock_guard<std::mutex> lock_;
    Capture capture_;
};

bool is_first(Fn fn) {
    std::atomic<int>& calls = g_calls[static_cast<size_t>(fn)];
    return calls.load(std::memory_order_relaxed) < kFirstCalls && calls.fetch_add(1) < kFirstCalls;
}

}  // namespace

void listen_to_first_calls(Backend& backend) {
    g_heard = backend;
#define RT_FUNCTION(name, symbol, set, category, result, c_result, ...) \
    if (backend.name)                                                   \
        backend.name = [](auto... arguments) -> c_result {              \
            if (!is_first(Fn::name)) return g_heard.name(arguments...); \
            const Listening listening(Fn::name);                        \
            return g_heard.name(arguments...);                          \
        };
#include "impl/abi/functions.def"
#undef RT_FUNCTION
}

std::string first_words(Fn fn) {
    const std::lock_guard<std::mutex> lock(g_mutex);
    return g_words[static_cast<size_t>(fn)];
}

}  // namespace simple
