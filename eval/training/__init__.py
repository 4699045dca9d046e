"""Makes the support model: pairs, teacher, student."""
