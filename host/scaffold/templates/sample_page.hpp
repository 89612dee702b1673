#pragma once

#include <e2e/e2e.hpp>
#include <string>

// The service @SERVICE@, in the words of its tests: what several of them do goes here.
class @PAGE_CLASS@ : public e2e::Page {
 public:
  using Page::Page;

  // Makes a note that is gone when the test ends; returns its path.
  std::string create_note(const std::string& text) {
    const auto created = post("/notes", e2e::json_body({{"text", text}}));
    assert_status(created, 201);
    const std::string path = "/notes/" + created.json("/id").as_string();
    on_cleanup([this, path] { del(path); });
    return path;
  }
};
