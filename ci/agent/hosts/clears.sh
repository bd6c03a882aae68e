#!/bin/sh
# A launcher that clears the environment.
exec env -i "$@"
