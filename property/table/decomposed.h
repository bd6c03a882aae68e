// What svd, svd_all and eig_all leave open (V6), they leave open of all their results together: signs of singular
// vectors, scale of eigenvectors, order of eigenvalues. Whether they make up their argument is not open.
#pragma once

#include "property/table/agreement.h"

namespace simple::property {

// Of what the call gave for its matrix, or batch of matrices; nothing of other functions.
void claim_decomposed(Fn fn, const Backend& backend, const Args& arguments, const std::vector<int64_t>& results,
                      const Claim& claim);

}  // namespace simple::property
