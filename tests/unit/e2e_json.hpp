#pragma once
// nlohmann's JSON, which is compiled once for all tests and not in each of them: that took a third of a
// test's time.

#include <nlohmann/json.hpp>

#ifndef E2E_JSON_INSTANCES
#define E2E_JSON_INSTANCES extern
#endif

// What json::parse() of a string, dump(), comparisons and accessors need. All else is instantiated where it
// is used.
E2E_JSON_INSTANCES template class nlohmann::basic_json<>;
E2E_JSON_INSTANCES template class nlohmann::detail::lexer<
    nlohmann::json, nlohmann::detail::iterator_input_adapter<std::string::const_iterator>>;
E2E_JSON_INSTANCES template class nlohmann::detail::parser<
    nlohmann::json, nlohmann::detail::iterator_input_adapter<std::string::const_iterator>>;
E2E_JSON_INSTANCES template class nlohmann::detail::json_sax_dom_parser<nlohmann::json>;
E2E_JSON_INSTANCES template class nlohmann::detail::serializer<nlohmann::json>;
E2E_JSON_INSTANCES template class nlohmann::detail::iter_impl<const nlohmann::json>;
