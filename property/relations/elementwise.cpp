// Relations of arithmetic and of softmax.
#include "property/relations/expressions.h"

namespace simple::property {

Relations elementwise_relations() {
    return {
        {Fn::sub,
         "is-add-of-neg",
         {Fn::add, Fn::neg},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::add, a[0], t(Fn::neg, a[1])); }},
        {Fn::add,
         "is-sub-of-neg",
         {Fn::sub, Fn::neg},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::sub, a[0], t(Fn::neg, a[1])); }},
        {Fn::div,
         "is-mul-by-reciprocal",
         {Fn::mul, Fn::pow},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::mul, a[0], t(Fn::pow, a[1], -1.0)); }},
        {Fn::softmax,
         "is-exp-of-log-softmax",
         {Fn::exp, Fn::log_softmax},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::exp, t(Fn::log_softmax, a[0], a[1])); }},
        {Fn::log_softmax,
         "is-log-of-softmax",
         {Fn::log, Fn::softmax},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::log, t(Fn::softmax, a[0], a[1])); }},
    };
}

}  // namespace simple::property
