#pragma once

#include <e2e/e2e.hpp>

// The service @SERVICE@, in the words of its tests: what several of them do goes here.
class @PAGE_CLASS@ : public e2e::Page {
 public:
  using Page::Page;
};
