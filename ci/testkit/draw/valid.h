// Parts of draw_valid.
#pragma once

#include "ci/testkit/draw/calls.h"

namespace simple {

Step draw_valid_nn(Fn fn, Drawer& drawer);  // conv2d to embedding, losses but mse

}  // namespace simple
