#include "bench/page/page.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "bench/page/cells.h"
#include "bench/page/instructions.h"
#include "bench/page/page_data.h"
#include "reports/page/filled.h"

namespace simple::embedded {
std::string_view history_page();
}

namespace simple::page {

namespace fs = std::filesystem;

fs::path write(const history::Store& store, const fs::path& out, const std::string& instructions) {
    PageData data = page_data(store);
    data.json["instructions"] = instructions.empty() ? nlohmann::ordered_json() : instructions_of(instructions);
    const std::string html =
        filled(embedded::history_page(), {{"@DATA@", for_script(data.json)}, {"@CELLS@", base64(data.cells)}});
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
