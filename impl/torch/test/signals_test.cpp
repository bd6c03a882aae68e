// The libraries: root needs one that takes SIGHUP; another, which nobody needs, takes SIGUSR1.
#include "impl/torch/signals.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <csignal>

namespace simple {
namespace {

using Handler = void (*)(int);

Handler current_handler(int number) {
    struct sigaction action;
    sigaction(number, nullptr, &action);
    return action.sa_handler;
}

void own(int) {}

void load(const char* path) { ASSERT_NE(dlopen(path, RTLD_NOW | RTLD_LOCAL), nullptr) << dlerror(); }

TEST(Signals, OnlyWhatADependencyTookIsPutBack) {
    signal(SIGUSR2, own);
    load(OTHER_LIBRARY);
    const Handler other = current_handler(SIGUSR1);
    ASSERT_NE(other, SIG_DFL);
    load(ROOT_LIBRARY);
    ASSERT_NE(current_handler(SIGHUP), SIG_DFL) << "the dependency takes it";
    put_back_handlers_of_dependencies("libno_such_root.so");
    EXPECT_NE(current_handler(SIGHUP), SIG_DFL) << "of another root";

    put_back_handlers_of_dependencies("libhandler_root.so");
    EXPECT_EQ(current_handler(SIGHUP), SIG_DFL);
    EXPECT_EQ(current_handler(SIGUSR1), other);
    EXPECT_EQ(current_handler(SIGUSR2), &own);
}

}  // namespace
}  // namespace simple
