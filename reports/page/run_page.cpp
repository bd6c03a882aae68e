#include <string>
#include <string_view>

#include "reports/page/filled.h"
#include "reports/page/run_data.h"
#include "reports/reports.h"

namespace simple::embedded {
std::string_view run_page();
}

namespace simple::reports {

std::string to_html(const gate::Verdict& verdict) {
    return page::filled(embedded::run_page(), {{"@DATA@", page::for_script(page::run_data(verdict))}});
}

}  // namespace simple::reports
