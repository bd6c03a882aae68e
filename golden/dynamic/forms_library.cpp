#include "golden/dynamic/forms_library.h"

#include "ci/testkit/suite.h"

namespace simple::golden {

bool FormsLibrary::skips() {
    if (!lacking_) try {
            backend_ = through_forms(core, path_);
            sized_ = through_shape_dim(backend_);
            lacking_ = "";
        } catch (const std::exception& error) {
            lacking_ = error.what();
        }
    if (!lacking_->empty()) return skip("dyncall"), true;
    if (!core.last_error_code) return skip("control"), true;
    return false;
}

}  // namespace simple::golden
