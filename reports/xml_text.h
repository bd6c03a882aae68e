// Text that may stand in an XML 1.0 document.
#pragma once

#include <string>
#include <string_view>

namespace simple::reports {

// What is no character of XML 1.0 (section 2.2: most control characters, surrogates, U+FFFE and U+FFFF), or no UTF-8 at
// all, becomes U+FFFD. A candidate's messages may hold any bytes.
std::string xml_text(std::string_view text);

}  // namespace simple::reports
