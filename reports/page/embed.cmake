# simple_embed(NAME FILE): makes NAME.cpp in the build folder, in which `std::string_view simple::embedded::NAME()` is what
# FILE holds. Sets NAME_source to its path.
function(simple_embed name file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  file(CONFIGURE OUTPUT ${name}.cpp CONTENT [[
#include <string_view>
namespace simple::embedded {
namespace {
constexpr unsigned char @name@_bytes[] = {@bytes@};
}
std::string_view @name@();
std::string_view @name@() { return {reinterpret_cast<const char*>(@name@_bytes), sizeof @name@_bytes}; }
}
]] @ONLY)
  set(${name}_source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp PARENT_SCOPE)
endfunction()
