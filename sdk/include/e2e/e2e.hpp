#pragma once

/// All that a test file needs.
#include "check.hpp"
#include "config.hpp"
#include "context.hpp"
#include "dynamic.hpp"
#include "each.hpp"
#include "error.hpp"
#include "json.hpp"
#include "location.hpp"
#include "page.hpp"
#include "print.hpp"
#include "rate_limit.hpp"
#include "request.hpp"
#include "response.hpp"
#include "test.hpp"
#include "version.h"
