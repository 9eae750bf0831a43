# screens/: the storefront, vitrine.
