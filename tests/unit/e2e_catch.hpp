#pragma once
// Catch2 3 and Catch2 2 differ in their header's name only, as far as these tests go.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
