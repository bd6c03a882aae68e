// Schedules on 2 to 8 threads: each does what it would do alone, counts add up, and what is each thread's own stays so
// (H3, H4, E5, G1). Everything is drawn before the threads start.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <set>
#include <thread>

#include "property/cases.h"
#include "property/lifecycle/child.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

// The first thing that went wrong on any thread.
class Verdict {
  public:
    void claim(bool holds, const std::string& what) {
        if (holds) return;
        const std::lock_guard<std::mutex> lock(mutex_);
        if (text_.empty()) text_ = what;
    }
    void judge() const {
        if (!text_.empty()) throw Broken(text_);
    }

  private:
    std::mutex mutex_;
    std::string text_;
};

// Runs body(i) on every one of count threads, starting together; throws what the first of them threw.
void together(int64_t count, const std::function<void(int64_t)>& body) {
    std::atomic<int64_t> waiting{count};
    std::mutex mutex;
    std::exception_ptr thrown;
    std::vector<std::thread> threads;
    for (int64_t i = 0; i < count; i++) {
        threads.emplace_back([&, i] {
            for (waiting--; waiting > 0;) std::this_thread::yield();
            try {
                body(i);
            } catch (...) {
                const std::lock_guard<std::mutex> lock(mutex);
                if (!thrown) thrown = std::current_exception();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    if (thrown) std::rethrow_exception(thrown);
}

// What each thread calls, and what each call gives when it runs alone.
struct Schedule {
    struct Entry {
        DrawnCall call;
        std::string alone;
    };
    std::vector<std::vector<Entry>> threads;
};

// What depends on what other threads do.
bool is_shared(Fn fn) {
    const std::string_view kind = function(fn).category;
    return kind == "introspection" || kind == "threads" || kind == "random";
}

// What tells of the call before it on its thread.
bool tells_of_the_last(Fn fn) { return fn == Fn::last_error_code || fn == Fn::last_error_message; }

// What tells of the tensors of all threads, where there are devices: beside calls of other functions.
bool tells_of_all(Fn fn) { return fn == Fn::cuda_memory_allocated || fn == Fn::cuda_max_memory_allocated; }

// Ways to fail whose messages repeat: those about handles name them, and each time these are other ones.
std::vector<Way> repeatable_ways(const Backend& backend, Fn fn) {
    std::vector<Way> ways = ways_here(backend, fn);
    ways.erase(std::remove_if(ways.begin(), ways.end(), [](const Way& way) { return way.code == Code::handle; }),
               ways.end());
    return ways;
}

// with_backward: also calls that need it.
Schedule draw_schedule(Trial& t, bool with_backward) {
    std::vector<Fn> fns;
    for (Fn fn : present_functions(t.backend))
        if (can_succeed(fn) && !is_shared(fn) && !tells_of_the_last(fn) && !tells_of_all(fn)) fns.push_back(fn);
    Schedule schedule;
    const int64_t threads = t.integer("threads", 2, 8);
    for (int64_t i = 0; i < threads; i++) {
        auto& entries = schedule.threads.emplace_back();
        int64_t place = 0;
        for (int64_t number : t.list("schedule", 12, 0, static_cast<int64_t>(fns.size()) - 1)) {
            const Fn fn = fns[static_cast<size_t>(number)];
            const Random random = Random(case_seed(static_cast<uint64_t>(number), std::to_string(i)));
            const std::vector<Way> ways = repeatable_ways(t.backend, fn);
            const bool fails = (number + ++place) % 5 == 0 && !ways.empty();
            DrawnCall call =
                fails ? draw_failure(ways[static_cast<size_t>(place) % ways.size()], random) : draw_success(fn, random);
            if (!with_backward && runs_backward(call)) continue;
            entries.push_back({std::move(call), ""});
            entries.back().alone = result_text(t.backend, entries.back().call);
        }
    }
    return schedule;
}

// Calls of one function alone, other ones on each thread, a third of which fail.
Schedule draw_calls(Trial& t, Fn fn) {
    const std::vector<Way> ways = repeatable_ways(t.backend, fn);
    Schedule schedule;
    const int64_t threads = t.integer("threads", 2, 4), length = t.integer("length", 1, 12);
    const auto seed = static_cast<uint64_t>(t.integer("seed", 0, 1 << 20));
    for (int64_t i = 0; i < threads; i++) {
        auto& entries = schedule.threads.emplace_back();
        for (int64_t k = 0; k < length; k++) {
            const Random random(case_seed(seed, std::to_string(i) + "," + std::to_string(k)));
            const bool fails = k % 3 == 2 && !ways.empty();
            const Way* way = fails ? &ways[static_cast<size_t>(k) % ways.size()] : nullptr;
            entries.push_back({way ? draw_failure(*way, random) : draw_success(fn, random), ""});
            entries.back().alone = result_text(t.backend, entries.back().call);
        }
    }
    return schedule;
}

void run_schedule(const Backend& backend, const Schedule& schedule) {
    Verdict verdict;
    together(static_cast<int64_t>(schedule.threads.size()), [&](int64_t i) {
        for (const Schedule::Entry& entry : schedule.threads[static_cast<size_t>(i)]) {
            const std::string got = result_text(backend, entry.call);
            verdict.claim(got == entry.alone,
                          "alone: " + entry.alone + "\ntogether: " + got + "\nin\n" + entry.call.text());
        }
    });
    verdict.judge();
}

void as_if_alone(Trial& t, Fn fn) { run_schedule(t.backend, draw_calls(t, fn)); }

void same_as_alone(Trial& t) { run_schedule(t.backend, draw_schedule(t, true)); }

// A fork between schedules: the child runs one on threads of its own, then the parent goes on as if nothing had been.
void forks_in_between(Trial& t) {
    const Schedule schedule = draw_schedule(t, false);
    const int64_t live = t.backend.has(Fn::live_tensors) ? t.backend.live_tensors() : 0;
    run_schedule(t.backend, schedule);
    for (int64_t forks = t.integer("forks", 1, 3); forks > 0; forks--) {
        t.same(in_child([&] {
                   run_schedule(t.backend, schedule);
                   return t.backend.has(Fn::live_tensors) && t.backend.live_tensors() != live ? 1 : 0;
               }),
               0, "the child's status (99: it found a difference, 128 + 14: it hung) (H5)");
        run_schedule(t.backend, schedule);
    }
}

void grad_mode_is_own(Trial& t) {
    const int64_t threads = t.integer("threads", 2, 8);
    const std::vector<int64_t> depths = t.list("depths", 8, 0, 3);
    const Backend& backend = t.backend;
    Verdict verdict;
    const auto recording = [&] {
        const int64_t leaf = backend.eye(1);
        backend.set_requires_grad(leaf, true);
        const int64_t computed = backend.neg(leaf);
        const bool on = backend.requires_grad(computed);
        backend.free(computed);
        backend.free(leaf);
        return on;
    };
    backend.no_grad_begin();
    together(threads, [&](int64_t i) {
        verdict.claim(recording(), "a new thread starts with gradients on (G1)");
        for (int round = 0; round < 20; round++) {
            const int64_t depth = depths[static_cast<size_t>(i) % depths.size()];
            for (int64_t k = 0; k < depth; k++) backend.no_grad_begin();
            verdict.claim(recording() == (depth == 0), "grad mode is each thread's own (G1)");
            for (int64_t k = 0; k < depth; k++) backend.no_grad_end();
            verdict.claim(recording(), "on again (G1)");
        }
        backend.no_grad_end();
        verdict.claim(backend.last_error_code() == 9, "another thread's begin does not balance this thread's end (G1)");
    });
    const bool off = !recording();
    backend.no_grad_end();
    verdict.claim(off, "threads leave the main thread's grad mode alone (G1)");
    verdict.judge();
}

void errors_are_own(Trial& t) {
    const int64_t threads = t.integer("threads", 2, 8);
    const Backend& backend = t.backend;
    Verdict verdict;
    const Value x = t(Fn::zeros, Dims{2, 3});
    together(threads, [&](int64_t i) {
        for (int round = 0; round < 50; round++) {
            const int32_t want[] = {0, 1, 5, 3};
            switch (i % 4) {
                case 0: backend.numel(x.get()); break;
                case 1: backend.numel(INT64_MAX); break;
                case 2: backend.sum_dim(x.get(), 9, false); break;
                default: backend.dot(x.get(), x.get());
            }
            verdict.claim(backend.last_error_code() == want[i % 4], "the code is the calling thread's own (E5)");
            std::this_thread::yield();
            verdict.claim(backend.last_error_code() == want[i % 4], "and stays until its next call (E5)");
        }
    });
    verdict.judge();
}

void counts_are_exact(Trial& t) {
    const int64_t threads = t.integer("threads", 2, 8), each = t.integer("each", 1, 200);
    const Backend& backend = t.backend;
    const int64_t before = backend.live_tensors();
    std::vector<std::vector<int64_t>> made(static_cast<size_t>(threads));
    together(threads, [&](int64_t i) {
        auto& mine = made[static_cast<size_t>(i)];
        for (int64_t k = 0; k < each; k++) {
            mine.push_back(backend.eye(2));
            if (k % 3 == 2) {
                backend.free(mine.back());
                mine.pop_back();
            }
        }
    });
    std::set<int64_t> distinct;
    size_t total = 0;
    for (const auto& mine : made) {
        distinct.insert(mine.begin(), mine.end());
        total += mine.size();
    }
    t.same(static_cast<int64_t>(distinct.size()), static_cast<int64_t>(total), "distinct handles over threads");
    t.same(backend.live_tensors() - before, static_cast<int64_t>(total), "live tensors (H3)");
    // Freed by a thread that did not make them.
    together(threads, [&](int64_t i) {
        for (int64_t handle : made[static_cast<size_t>((i + 1) % threads)]) backend.free(handle);
    });
    t.same(backend.live_tensors(), before, "live tensors after all are freed (H3)");
}

void free_while_used(Trial& t) {
    const int64_t threads = t.integer("threads", 2, 8);
    const Backend& backend = t.backend;
    Verdict verdict;
    for (int round = 0; round < 10; round++) {
        const int64_t shared = backend.eye(8);
        std::atomic<int> freed{0};
        together(threads, [&](int64_t i) {
            if (i == 0) {
                std::this_thread::yield();
                backend.free(shared);
                freed += backend.last_error_code() == 0;
                return;
            }
            for (int k = 0; k < 20; k++) {
                const int64_t sum = backend.sum_dim(shared, 0, false);
                const int32_t code = backend.last_error_code();
                verdict.claim(code == 0 || code == 1, "the user sees the result or code 1 (H4)");
                verdict.claim((sum > 0) == (code == 0), "a handle exactly on success (E2)");
                if (sum <= 0) continue;
                verdict.claim(!t.real || backend.sum(sum) == 8, "the whole result, if any (H4)");
                backend.free(sum);
            }
        });
        verdict.claim(freed == 1, "the free succeeds");
    }
    verdict.judge();
}

void one_of_many_frees(Trial& t) {
    const int64_t threads = t.integer("threads", 2, 8);
    const Backend& backend = t.backend;
    for (int round = 0; round < 20; round++) {
        const int64_t shared = backend.eye(2);
        std::atomic<int64_t> freed{0}, refused{0};
        together(threads, [&](int64_t) {
            backend.free(shared);
            (backend.last_error_code() == 0 ? freed : refused)++;
        });
        t.same(freed, 1, "threads whose free succeeded (H1)");
        t.same(refused, threads - 1, "threads whose free was refused (H2)");
    }
}

}  // namespace

Cases thread_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    // Few of the examples: each starts threads, most of them many times.
    const auto add = [&](const std::string& name, std::string_view function, std::vector<std::string> promises,
                         const std::function<void(Trial&)>& body, int share = 10) {
        const std::string id = "threads/" + name;
        const int examples = std::max(1, options.examples / share);
        cases.push_back({id, std::string(function), std::move(promises), false,
                         [=, &backend] { hold(id, backend, options, examples, body); }});
    };
    for (Fn fn : table_functions())
        if (can_succeed(fn) && !is_shared(fn))
            add(
                std::string(function(fn).name) + "/as-if-alone", function(fn).name, {"H4", "E5"},
                [=](Trial& t) { as_if_alone(t, fn); }, 20);
    add("each-as-if-alone", "", {"H4"}, same_as_alone);
    add("forks-in-between", "", {"H4", "H5"}, forks_in_between);
    const bool tells = backend.has(Fn::last_error_code) && backend.has(Fn::live_tensors);
    const auto add_telling = [&](const char* name, const char* function, std::vector<std::string> promises,
                                 void (*body)(Trial&)) {
        add(
            name, function, std::move(promises), tells ? body : [](Trial&) { skip("control"); });
    };
    add_telling("grad-mode-is-each-threads-own", "no_grad_begin", {"G1"}, grad_mode_is_own);
    add_telling("errors-are-each-threads-own", "last_error_code", {"E5"}, errors_are_own);
    add_telling("counts-are-exact", "live_tensors", {"H3", "H4"}, counts_are_exact);
    add_telling("free-while-used", "free", {"H4"}, free_while_used);
    add_telling("one-of-many-frees", "free", {"H1", "H2", "H4"}, one_of_many_frees);
    return cases;
}

}  // namespace simple::property
