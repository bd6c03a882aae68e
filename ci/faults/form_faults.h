// Wrong dyncall forms: "form.another result.rt_torch_tensor_zeros" makes all forms of that core function wrong, and
// "form.arguments exchanged from 2.rt_torch_tensor_zeros_4d" that one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace simple::planted {

// Whether the id is of a wrong form, which is then planted.
bool plant_form_fault(const std::string& id);
// Those that drawn calls meet. parameters: of the form, so that each is exchanged with the next; 0: no exchanges.
std::vector<std::string> form_fault_ids(const std::string& symbol, size_t parameters);
// Those that only extreme numbers meet, or calls after one that failed.
std::vector<std::string> extreme_form_fault_ids(const std::string& symbol, size_t parameters);

using Form = int64_t (*)(const int64_t* arguments);
// A call of the form, as it is planted.
int64_t call_form(const char* symbol, std::vector<int64_t> arguments, Form right);

}  // namespace simple::planted
