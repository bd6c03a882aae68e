// What concerns the library as a whole: names and versions, the error state, silence, forks.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <string>
#include <thread>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "ci/testkit/device.h"
#include "ci/testkit/seconds.h"
#include "ci/testkit/time_scale.h"
#include "golden/suite/special.h"

namespace simple::golden {
namespace {

constexpr double kChildSeconds = 5;  // for a call of milliseconds: a child that takes longer hangs

void check_names(const Backend& b) {
    const bool real = b.available();
    const std::string version = call(b, Fn::version, {}).text;
    const std::string name = b.backend_name ? call(b, Fn::backend_name, {}).text : "";
    EXPECT_FALSE(version.empty());
    if (name == "libtorch") {
        EXPECT_TRUE(real);
        EXPECT_TRUE(std::regex_match(version, std::regex(R"(\d+\.\d+\.\d+\+(cpu|cu\d+))"))) << version;
    }
    if (version == "stub") {
        EXPECT_FALSE(real);
    }
}

void check_error_state(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    EXPECT_EQ(b.ndim(0), -1);
    EXPECT_EQ(b.last_error_code(), 1);
    EXPECT_EQ(b.last_error_code(), 1) << "reading the code changed it";
    const std::string message = error_message(b);
    EXPECT_NE(message.find("rt_torch_torchtensor_ndim"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << "a message carries no stack trace (E6): " << message;
    EXPECT_EQ(error_message(b), message) << "reading the message changed it";
    int32_t elsewhere = -1;
    std::thread([&] { elsewhere = b.last_error_code(); }).join();
    EXPECT_EQ(elsewhere, 0) << "the error reached another thread (E5)";
    b.clear_error();
    EXPECT_EQ(b.last_error_code(), 0);
    EXPECT_EQ(error_message(b), "");
    b.ndim(0);
    const Tensor x = make(b, DType::f64, {1}, {1});
    EXPECT_EQ(b.last_error_code(), 0) << "a success leaves the last error (E5)";
}

// A function that cannot fail leaves code 0, whatever came before it (C4, E5).
void check_cannot_fail(const Backend& b, const Function& row) {
    if (!b.last_error_code) return skip("control");
    b.ndim(0);
    ASSERT_EQ(b.last_error_code(), 1);
    Args args;
    for (size_t i = 0; i < row.param_count; ++i) args.emplace_back(int64_t{0});
    const Outcome outcome = call(b, row.id, args);
    if (row.id == Fn::no_grad_begin) b.no_grad_end();
    EXPECT_TRUE(outcome.ok()) << unwanted_end(outcome.code, outcome.message);
}

void check_cuda_available(const Backend& b) {
    const Tensor x = make(b, DType::f64, {1}, {1});
    const Tensor there(b, b.cuda(x.get(), 0));
    const std::string message = error_message(b);
    EXPECT_EQ(b.cuda_available(), bool(there))
        << "a tensor reaches device 0 exactly where CUDA is available: " << message;
}

void check_unambiguous(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    const Tensor none(b, call(b, Fn::zeros, {Array::ints({0})}).integer);
    b.ndim(0);
    b.mean(none.get());
    EXPECT_EQ(b.last_error_code(), 0) << "a NaN that is a mean is no failure";
    b.ndim(0);
    EXPECT_EQ(b.device(none.get()), suite_device());
    EXPECT_EQ(b.last_error_code(), 0) << "-1 is the CPU";
    EXPECT_EQ(b.device(0), -2);
    EXPECT_EQ(b.last_error_code(), 1);
}

void check_failed_call_changes_nothing(const Backend& b) {
    const Tensor x = make(b, DType::f64, {1, 2, 3, 4}, {2, 2});
    const Tensor mean = make(b, DType::f64, {5, 6}, {2}), var = make(b, DType::f64, {7, 8, 9}, {3});
    EXPECT_EQ(b.batch_norm(x.get(), mean.get(), var.get(), 0, 0, true, 0.5, 1e-5), 0);
    EXPECT_EQ(values(b, mean.get()), (std::vector<double>{5, 6}));
    EXPECT_EQ(values(b, var.get()), (std::vector<double>{7, 8, 9}));
}

// What fn writes to the descriptor.
template <typename F>
std::string written_to(int descriptor, F fn) {
    std::FILE* file = std::tmpfile();
    std::fflush(nullptr);
    const int saved = dup(descriptor);
    dup2(fileno(file), descriptor);
    fn();
    std::fflush(nullptr);
    dup2(saved, descriptor);
    close(saved);
    std::rewind(file);
    std::string text;
    for (int c; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
    std::fclose(file);
    return text;
}

void check_silence(const Backend& b) {
    const auto warned = [&] {
        const Tensor one = make(b, DType::f64, {1}, {1});
        b.std(one.get());
        b.set_requires_grad(one.get(), true);
        const Tensor computed(b, b.neg(one.get()));
        b.grad(computed.get());  // LibTorch warns of both
        b.ndim(0);
        const Tensor wide = make(b, DType::f64, {1, 2}, {2}), wider = make(b, DType::f64, {1, 2, 3}, {3});
        b.add(wide.get(), wider.get());
        if (b.mse_loss_tensor) b.free(b.mse_loss_tensor(wide.get(), one.get()));
    };
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
        EXPECT_EQ(written_to(descriptor, warned), "") << "to descriptor " << descriptor;
        EXPECT_EQ(written_to(descriptor, [&] { std::thread(warned).join(); }), "") << "from a thread";
    }
}

void check_locale(const Backend& b) {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    const Tensor x = make(b, DType::f64, {0.5}, {1});
    EXPECT_EQ(std::setlocale(LC_ALL, nullptr), before);
}

void check_fork(const Backend& b) {
    const Tensor x = make(b, DType::f64, std::vector<double>(40000, 0.5), {200, 200});
    { const Tensor warm(b, b.matmul(x.get(), x.get())); }
    const double limit = kChildSeconds * time_scale();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const int64_t y = b.matmul(x.get(), x.get());
        _exit(y > 0 && b.sum(y) == 200.0 * 200 * 200 * 0.25 ? 0 : 1);
    }
    int status = -1;
    for (const double begun = wall_seconds(); wall_seconds() - begun < limit;) {
        if (waitpid(child, &status, WNOHANG) == child) {
            EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
            return;
        }
        usleep(10000);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    FAIL() << "the child hangs (H5)";
}

}  // namespace

std::vector<Case> library_cases(const Backend& b) {
    std::vector<Case> cases;
    const auto add = [&](const char* id, const char* fn, std::vector<std::string> promises,
                         void (*check)(const Backend&)) {
        cases.push_back({id, fn, std::move(promises), true, [&b, check] { check(b); }});
    };
    add("available/names-and-versions", "available", {"C1"}, check_names);
    add("version/names-and-versions", "version", {"C1"}, check_names);
    add("backend_name/names-and-versions", "backend_name", {"C1"}, check_names);
    add("last_error_code/life-of-an-error", "last_error_code", {"E5", "E6"}, check_error_state);
    add("last_error_message/life-of-an-error", "last_error_message", {"E5", "E6"}, check_error_state);
    add("clear_error/life-of-an-error", "clear_error", {"E5"}, check_error_state);
    add("cuda_available/as-a-tensor-finds-it", "cuda_available", {"C2"}, check_cuda_available);
    add("device/unambiguous", "device", {"E2", "E5"}, check_unambiguous);
    add("batch_norm/failed-call-changes-nothing", "batch_norm", {"E2"}, check_failed_call_changes_nothing);
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Function& row = functions()[i];
        if (row.set == Set::core && row.code_count == 0)
            cases.push_back(
                {std::string(row.name) + "/cannot-fail", std::string(row.name), {"C4", "E5"}, true, [&b, &row] {
                     check_cannot_fail(b, row);
                 }});
    }
    add("library/silent", "", {"T3"}, check_silence);
    add("library/locale", "", {"T3"}, check_locale);
    add("library/fork", "", {"H5"}, check_fork);
    return cases;
}

}  // namespace simple::golden
