#include "ci/faults/planted_together.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace simple {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// One that nobody calls.
Backend numbered() {
    uintptr_t number = 1;
    return make_backend("", [&](const char*) { return reinterpret_cast<void*>(number++); });
}

// Whatever is chosen by what a fault changes would leave out one that seems to change nothing.
TEST(PlantedTogether, EveryFaultOfTheProxyChangesItsFunction) {
    std::vector<std::string> elsewhere;
    for (const auto& fault : planted_faults()) {
        const auto changes = changes_of(fault);
        if (*fault.library || std::string(fault.id) == "variant.no_dyncall") {
            EXPECT_TRUE(changes.empty()) << fault.id;
            continue;
        }
        ASSERT_FALSE(changes.empty()) << fault.id;
        const bool of_all = changes.front().front() == '(';
        // What a call's message says is changed where it is read.
        const std::string id = fault.id;
        const bool of_message = id.find(".message_without_") != std::string::npos;
        const auto where = of_message ? Fn::last_error_message : fault.function;
        if (!of_all && !contains(changes, function(where).name)) elsewhere.push_back(id);
    }
    // In no_grad_end.
    EXPECT_EQ(elsewhere, (std::vector<std::string>{"no_grad_begin.flat"})) << "another would be news";
    EXPECT_EQ(surface().inward, nullptr) << "asking plants nothing";
}

TEST(PlantedTogether, EachIsThere) {
    inner() = numbered();
    Backend both = inner();
    plant_together(both, "exp.minus_one+add.subtracts");
    EXPECT_NE(both.exp, inner().exp);
    EXPECT_EQ(both.add, inner().sub);
    EXPECT_EQ(both.mul, inner().mul);
    Backend none = inner();
    plant_together(none, "");
    EXPECT_EQ(none.exp, inner().exp);
}

TEST(PlantedTogether, ATrivialAnswerIsOfOneFunctionOrOfAll) {
    inner() = numbered();
    Backend one = inner(), all = inner();
    plant_together(one, "trivial.zeros.exp");
    plant_together(all, "trivial.zeros.*");
    EXPECT_NE(one.exp, inner().exp);
    EXPECT_EQ(one.add, inner().add);
    for (size_t i = 0; i < kFunctionCount; ++i)
        EXPECT_NE(all.address(functions()[i].id), inner().address(functions()[i].id)) << functions()[i].name;
}

TEST(PlantedTogether, WhatCannotBeTogetherIsRefused) {
    inner() = numbered();
    Backend backend = inner();
    EXPECT_THROW(plant_together(backend, "add.subtracts+add.large_last"), std::runtime_error);
    backend = inner();
    EXPECT_THROW(plant_together(backend, "variant.handles+free.reuses"), std::runtime_error);
    EXPECT_THROW(plant_together(backend, "there.is_none"), std::runtime_error);
    surface() = Surface();
}

}  // namespace
}  // namespace simple
