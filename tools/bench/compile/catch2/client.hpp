#pragma once

#include <cstddef>
#include <string>

// The thinnest client one could write by hand: what a Catch2 user includes besides Catch2 is hardly less.

struct Response {
  int status;
  std::string body;
  std::string text(const std::string& pointer) const;
  long number(const std::string& pointer) const;
  std::size_t size(const std::string& pointer) const;
};

struct User {
  std::string id, email;
};

class UsersClient {
 public:
  UsersClient();
  ~UsersClient();
  Response get(const std::string& path);
  Response post(const std::string& path, const std::string& body);
  Response patch(const std::string& path, const std::string& body);
  Response del(const std::string& path);
  User create_test_user();
};
