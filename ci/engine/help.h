// --help in lines that a terminal has room for.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace simple::gate {

class WrappedHelp : public CLI::Formatter {
  public:
    WrappedHelp();
    std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace simple::gate
