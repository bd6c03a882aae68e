// The bundled page, whose data are put in where they are shown.
#pragma once

#include <string_view>

namespace simple::page {

std::string_view page_template();

}  // namespace simple::page
