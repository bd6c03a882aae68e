#include "property/cases.h"

#include <algorithm>

#include "property/laws/law.h"

namespace simple::property {

Cases law_cases(const Backend& backend, const SuiteOptions& options) {
    const bool real = backend.available();
    const int examples = options.examples;
    Cases cases;
    for (const Laws& laws :
         {info_laws(),          creation_laws(),  elementwise_laws(),      sign_laws(),       exponential_laws(),
          power_laws(),         scalar_laws(),    broadcast_laws(),        activation_laws(), linalg_laws(),
          decomposition_laws(), reduction_laws(), reduction_family_laws(), reshape_laws(),    permute_laws(),
          squeeze_laws(),       copy_laws(),      storage_laws(),          indexing_laws(),   nn_laws(),
          random_laws(),        loss_laws(),      lossless_laws(),         one_element_laws()}) {
        for (const Law& law : laws) {
            const std::string id = "law/" + name_of(law.function) + "/" + law.name;
            const int count = std::max(1, examples / law.share);
            const bool structure = law.needs == Needs::structure;
            cases.push_back(
                {id, name_of(law.function), law.promises, structure,
                 with_values(structure || real, [=, &backend] { hold(id, backend, options, count, law.body); })});
        }
    }
    return cases;
}

}  // namespace simple::property
