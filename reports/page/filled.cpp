#include "reports/page/filled.h"

#include <cstddef>
#include <stdexcept>

namespace simple::page {

std::string for_script(const nlohmann::ordered_json& json) {
    const std::string dumped = json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
    std::string text;
    text.reserve(dumped.size());
    for (const char c : dumped) {
        if (c == '<')
            text += "\\u003c";
        else
            text += c;
    }
    return text;
}

std::string filled(std::string_view page, const std::vector<std::pair<std::string, std::string>>& texts) {
    std::string html;
    for (const auto& [place, text] : texts) {
        const size_t at = page.find(place);
        if (at == std::string_view::npos) throw std::logic_error("the page's template has no " + place);
        html += page.substr(0, at);
        html += text;
        page.remove_prefix(at + place.size());
    }
    html += page;
    return html;
}

}  // namespace simple::page
