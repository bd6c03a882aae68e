#include "bench/page/page.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "bench/page/cells.h"
#include "bench/page/page_data.h"
#include "bench/page/page_template.h"

namespace simple::page {
namespace {

namespace fs = std::filesystem;

// No "<" ends or begins anything in a script element.
std::string for_script(const nlohmann::json& json) {
    std::string text;
    for (const char c : json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
        text += c == '<' ? "\\u003c" : std::string(1, c);
    return text;
}

void put(std::string& html, const std::string& place, const std::string& text) {
    const size_t at = html.find(place);
    if (at == std::string::npos) throw std::logic_error("page.html has no " + place);
    html.replace(at, place.size(), text);
}

}  // namespace

fs::path write(const history::Store& store, const fs::path& out) {
    const PageData data = page_data(store);
    std::string html(page_template());
    put(html, "@DATA@", for_script(data.json));
    put(html, "@CELLS@", base64(data.cells));
    const fs::path file = out / "index.html", unfinished = out / "index.html.unfinished";
    std::error_code error;
    fs::create_directories(out, error);
    {
        std::ofstream stream(unfinished, std::ios::binary);
        stream << html;
        if (!stream.flush()) {
            const std::string why = std::strerror(errno);
            stream.close();
            fs::remove(unfinished, error);
            throw history::Refused(unfinished.string() + " cannot be written: " + why);
        }
    }
    fs::rename(unfinished, file);
    return file;
}

}  // namespace simple::page
