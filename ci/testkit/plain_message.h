// What GoogleTest says of a failed expectation, in words for somebody who has not written it.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace simple {

// "got 3, want 2", then what the case says of it, then where it was expected. The expectation's own text is left out:
// it names variables of the suite. What GoogleTest worded otherwise stays as it is.
std::string plain_message(const testing::TestPartResult& failure);

}  // namespace simple
