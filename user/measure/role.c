// SPDX-License-Identifier: GPL-2.0
#include "measure/role.h"

const char *const role_names[] = {"baseline", "inject", "recover"};
