#include "ci/census/census.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "ci/census/declarations.h"

namespace simple::census {
namespace {

std::string error_of(const std::string& program) {
    try {
        parse_source(program, "a.spl");
    } catch (const std::runtime_error& e) {
        return e.what();
    }
    return "";
}

std::vector<std::string> keys(const Census& census) {
    std::vector<std::string> all;
    for (const auto& problem : census.problems) all.push_back(problem.key());
    std::sort(all.begin(), all.end());
    return all;
}

Census census_of(const std::string& program, const Given& given = {}) {
    return take_census({parse_source(program, "a.spl")}, {}, given);
}

TEST(Declarations, AreReadWithTheirTypesAndLines) {
    const SourceFile source = parse_source(
        "# extern fn in_a_comment()\n"
        "val text = \"extern fn in_a_text()\"\n"
        "\"\"\"\nextern fn in_a_long_text()\n\"\"\"\n"
        "pub extern fn one(a: i64,\n    b: [f64], c: Option<text>?) -> (i64, bool)  # a comment\n"
        "extern fn two(i64)\n"
        "fn main():\n    print \"{extern}\"\n",
        "a.spl");
    ASSERT_EQ(source.externs.size(), 2u);
    EXPECT_EQ(source.externs[0].signature(), "(i64, [f64], Option<text>?) -> (i64,bool)");
    EXPECT_EQ(source.externs[0].line, 6);
    EXPECT_EQ(source.externs[1].signature(), "(i64) -> void");
    EXPECT_EQ(source.externs[1].line, 8);
    EXPECT_EQ(source.exports, (std::set<std::string>{"text", "one", "two", "main"}));
}

struct Ordinary {
    const char* program;
    const char* signature;
};
class OrdinaryDeclarations : public testing::TestWithParam<Ordinary> {};

TEST_P(OrdinaryDeclarations, AreTaken) {
    const SourceFile source = parse_source(GetParam().program, "a.spl");
    ASSERT_EQ(source.externs.size(), 1u);
    EXPECT_EQ(source.externs[0].signature(), GetParam().signature);
}

INSTANTIATE_TEST_SUITE_P(
    All, OrdinaryDeclarations,
    testing::Values(Ordinary{"extern fn f(cb: fn(i64, text) -> i64, b: i64) -> i64", "(fn(i64,text)->i64, i64) -> i64"},
                    Ordinary{"extern fn f(a: *u8, b: *mut u8, c: &T)", "(*u8, *mut u8, &T) -> void"},
                    Ordinary{"extern fn f(a: [u8; 4], b: Map<text, [i64]>)", "([u8;4], Map<text,[i64]>) -> void"},
                    Ordinary{"extern fn f(a: i64 = (1 + 2), mut b: text = \"a, b\")", "(i64, text) -> void"},
                    Ordinary{"extern fn f<T, U>(a: T) -> Option<U>", "(T) -> Option<U>"},
                    Ordinary{"extern fn f(a: i64) -> i64;", "(i64) -> i64"},
                    Ordinary{"extern fn rt_torch_f(a: i64) -> i64;", "(i64) -> i64"},
                    Ordinary{"extern \"C\" fn rt_torch_f(a: i64)", "(i64) -> void"},
                    Ordinary{"extern(\"C\") fn rt_torch_f(a: i64)", "(i64) -> void"},
                    Ordinary{"val y = m{ x' }\nextern fn f(a: i64)", "(i64) -> void"},
                    Ordinary{"val y = m{ x' } + m{ z' }\nextern fn f()", "() -> void"},
                    Ordinary{"// don't\nextern fn f()", "() -> void"},
                    Ordinary{"val p = r\"\\d+\\\"\nextern fn f()", "() -> void"},
                    Ordinary{"val p = f'a {b}', 'extern fn g('\nextern fn f()", "() -> void"}));

TEST(Exports, AreWhatStandsAtTheTop) {
    const SourceFile source = parse_source(
        "class Tensor:\n    fn add(other: Tensor) -> Tensor:\n        val local = 1\n    static fn zeros():\n        "
        "pass\n"
        "pub fn top():\n    extern fn rt_inner(a: i64)\n    var x = 2\nval y = [\n  1]\n",
        "a.spl");
    EXPECT_EQ(source.exports, (std::set<std::string>{"Tensor", "top", "y"}));
    EXPECT_EQ(source.externs.size(), 1u);
}

TEST(Declarations, ThatDoNotParseAreTheirFileAndLine) {
    EXPECT_EQ(error_of("\nextern fn (a: i64)"), "a.spl:2: expected a function's name, but '(' stands there");
    EXPECT_EQ(error_of("extern fn f(a: i64"), "a.spl:1: '(' has no end");
    EXPECT_EQ(error_of("extern fn rt_torch_f(a: )"), "a.spl:1: expected a type, but ')' stands there");
    EXPECT_EQ(error_of("extern fn f() ->\n"), "a.spl:1: expected a type, but the line ends");
    EXPECT_EQ(error_of("extern fn f(a: i64, , b: i64)"), "a.spl:1: expected a parameter, but ',' stands there");
    EXPECT_EQ(error_of("extern fn f(a: i64) i64"),
              "a.spl:1: expected the end of the line behind an extern fn, but 'i64' stands there");
    EXPECT_EQ(error_of("extern fn rt_torch_f() -> i64 i64"),
              "a.spl:1: expected the end of the line behind an extern fn, but 'i64' stands there");
    EXPECT_EQ(error_of("\n\nval a = \"b\n"), "a.spl:3: a text has no end");
    EXPECT_EQ(error_of("use a.b.{c,,d}"), "a.spl:1: expected an export's name, but ',' stands there");
    EXPECT_EQ(error_of("a = b)"), "a.spl:1: ')' ends nothing");
    EXPECT_EQ(error_of(std::string("extern fn f\1()")), "a.spl:1: the byte 0x01 is of no program");
}

TEST(TheCensus, ComparesWithTheTable) {
    EXPECT_EQ(keys(census_of("extern fn rt_torch_torchtensor_add(a: i64, b: i64) -> i64\n"
                             "extern fn rt_torch_torchtensor_shape(a: i64) -> [i64]\n"
                             "extern fn rt_torch_tensor_zeros_2d(a: i64, b: i64) -> i64\n"
                             "extern fn rt_print(a: text)\n")),
              std::vector<std::string>{});
    EXPECT_EQ(keys(census_of("extern fn rt_torch_torchtensor_add(a: i64) -> i64\n"
                             "extern fn rt_torch_torchtensor_sum(a: i64) -> i64\n"
                             "extern fn rt_torch_tensor_zeros_2d(a: i64) -> i64\n"
                             "extern fn rt_torch_tensor_zeroes(a: [i64]) -> i64\n"
                             "extern fn rt_print(a: text)\n"
                             "extern fn rt_print(a: text)\n")),
              (std::vector<std::string>{"signature rt_torch_tensor_zeros_2d", "signature rt_torch_torchtensor_add",
                                        "signature rt_torch_torchtensor_sum", "twice rt_print",
                                        "unknown rt_torch_tensor_zeroes"}));
}

TEST(TheCensus, TakesTheSameDeclarationInTwoFilesOnlyWhereTheyAgree) {
    const auto first = parse_source("extern fn rt_print(a: text)", "a.spl");
    EXPECT_EQ(keys(take_census({first, parse_source("extern fn rt_print(a: text)", "b.spl")}, {}, {})),
              std::vector<std::string>{});
    EXPECT_EQ(keys(take_census({first, parse_source("extern fn rt_print(a: i64)", "b.spl")}, {}, {})),
              std::vector<std::string>{"twice rt_print"});
}

TEST(TheCensus, KnowsWhatIsDefinedAndWhatWasCalled) {
    Given given;
    given.definitions =
        Definitions{{{"rt_torch_torchtensor_add", "lib.so"}}, {{"rt_torch_torchtensor_sub", "program"}}};
    given.called = std::map<std::string, int64_t>{{"rt_torch_torchtensor_add", 3}};
    const Census census = census_of(
        "extern fn rt_torch_torchtensor_add(a: i64, b: i64) -> i64\n"
        "extern fn rt_torch_torchtensor_sub(a: i64, b: i64) -> i64\n"
        "extern fn rt_other(a: i64)\n",
        given);
    EXPECT_EQ(keys(census), (std::vector<std::string>{"missing rt_other", "uncalled rt_torch_torchtensor_sub"}));
    ASSERT_EQ(census.rows.size(), 3u);
    EXPECT_EQ(census.rows[1].defined, "exported by lib.so");
    EXPECT_TRUE(census.rows[1].reachable);
    EXPECT_EQ(census.rows[1].called, 3);
    EXPECT_EQ(census.rows[2].defined, "in the symbol table of program");
    EXPECT_FALSE(census.rows[2].reachable);
    EXPECT_FALSE(census.rows[0].called);
}

}  // namespace
}  // namespace simple::census
