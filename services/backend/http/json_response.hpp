// Answers with a JSON body. Every body this backend sends is made here.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace demo {

/// An answer with `body` as its JSON.
[[nodiscard]] Response json_response(int status, const nlohmann::json& body);

/// An answer without a body.
[[nodiscard]] Response no_content();

/// `{"error": code, "message": message}`. `code` is for programs and never changes; `message` is for people.
[[nodiscard]] Response error_response(int status, std::string_view code, std::string_view message);

}  // namespace demo
