"""The sandbox's key and the secrets of its two webhook endpoints, known to everybody."""

KEY = "sk_test_sandbox"
WHSEC = "whsec_sandbox"
WHSEC_CONNECT = "whsec_sandbox_connect"
