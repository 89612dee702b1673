#include "frozen_layout.h"
