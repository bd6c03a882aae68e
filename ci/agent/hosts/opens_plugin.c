/* A runtime whose plugin is linked with the library; argument: the plugin. */
#include "ci/agent/hosts/opened.h"

int main(int argc, char** argv) { return argc == 2 ? use(dlopen(argv[1], RTLD_NOW | RTLD_LOCAL)) : 1; }
