// One call, by its core function and through a dyncall form: what it leaves behind, bit for bit.
#pragma once

#include <string>

#include "golden/dynamic/forms.h"
#include "golden/dynamic/forms_library.h"
#include "property/relations/related_call.h"

namespace simple::golden {

// The form that the call's arguments fit, if any.
const Form* fitting_form(const Step& step);

// Throws property::Broken where the call through the form, which its arguments fit, differs from the core function's in
// anything but its message: there, a form's own symbol may stand.
void compare(const FormsLibrary& library, const Form& form, const property::DrawnCall& call,
             const std::string& description);

}  // namespace simple::golden
