// Documents that hold their own digest, in the member sha256.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reports/digest.h"

namespace simple {

// Of all but that member, whatever it says now; keys in their order.
inline std::string own_digest(nlohmann::json document) {
    document.erase("sha256");
    return sha256(document.dump());
}

}  // namespace simple
