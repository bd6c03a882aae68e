// Arithmetic as JSON, between processes and in a verdict; null for what is not known.
#pragma once

#include <optional>
#include <type_traits>

#include "reports/arithmetic.h"

namespace simple::gate {

template <typename Json>
Json to_json(const Arithmetic& arithmetic) {
    const auto of = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
    return {{"capability", of(arithmetic.capability)},
            {"threads", of(arithmetic.threads)},
            {"blas", of(arithmetic.blas)},
            {"blas_core", of(arithmetic.blas_core)},
            {"blas_threads", of(arithmetic.blas_threads)}};
}

// Throws what the JSON library throws where that is no such object.
template <typename Json>
Arithmetic arithmetic_from(const Json& json) {
    Arithmetic arithmetic;
    const auto take = [&](const char* name, auto& value) {
        if (const Json& member = json.at(name); !member.is_null())
            value = member.template get<typename std::remove_reference_t<decltype(value)>::value_type>();
    };
    take("capability", arithmetic.capability);
    take("threads", arithmetic.threads);
    take("blas", arithmetic.blas);
    take("blas_core", arithmetic.blas_core);
    take("blas_threads", arithmetic.blas_threads);
    return arithmetic;
}

}  // namespace simple::gate
