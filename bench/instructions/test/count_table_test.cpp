#include "bench/instructions/count_table.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace simple::bench {
namespace {

CountTable example() {
    CountTable table;
    table.made_with = {"gcc 12.2.0", "1.13.0", "x86_64", "-O2 C++17"};
    CallCount& add = table.counts["add/smallest"];
    add.of = {351, 4, 0, 2, 4};
    add.callees = {{"malloc", 4}, {"at::add_Tensor", 1}, {"at::add_Tensor (again)", 1}};
    CallCount& begin = table.counts["no_grad_begin/smallest"];
    begin.of = {19.1, 0, 0, 0, 0};
    begin.growth = 2;
    begin.varies = true;
    begin.spread = 7.5;
    return table;
}

TEST(CountTable, IsReadAsItWasWritten) {
    const std::string text = table_text(example());
    const CountTable read = parse_table(text, "a.tsv");
    EXPECT_EQ(table_text(read), text);
    EXPECT_EQ(read.made_with.difference(example().made_with), "");
    EXPECT_EQ(read.counts.at("add/smallest")[Kind::dispatcher_entries], 2);
    EXPECT_EQ(read.counts.at("add/smallest").callees.at("at::add_Tensor (again)"), 1);
    EXPECT_EQ(read.counts.at("no_grad_begin/smallest")[Kind::instructions], 19.1);
    EXPECT_EQ(read.counts.at("no_grad_begin/smallest").growth, 2);
    EXPECT_TRUE(read.counts.at("no_grad_begin/smallest").varies);
    EXPECT_EQ(read.counts.at("no_grad_begin/smallest").spread, 7.5);
    EXPECT_FALSE(read.counts.at("add/smallest").varies);
}

TEST(CountTable, DamagedTableIsRefusedWithItsLine) {
    const std::string text = table_text(example());
    const auto refused = [&](const std::string& from, const std::string& to) {
        std::string damaged = text;
        damaged.replace(damaged.find(from), from.size(), to);
        EXPECT_THROW(parse_table(damaged, "a.tsv"), std::runtime_error) << from << " -> " << to;
    };
    refused("351", "x");
    refused("351", "-1");
    refused("351", "nan");
    refused("351\t", "");
    refused("no_grad_begin", "add");
    refused("\tinstructions\t", "\tcycles\t");
    refused("7.5", "heap");
    refused("4 malloc", "malloc");
    EXPECT_THROW(parse_table("", "a.tsv"), std::runtime_error);
    try {
        parse_table(text + "add\t1\n", "a.tsv");
        FAIL();
    } catch (const std::runtime_error& e) {
        EXPECT_STREQ(e.what(), "a.tsv, line 10: 2 columns of 9");
    }
}

}  // namespace
}  // namespace simple::bench
