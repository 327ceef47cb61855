"""Document the findings that a stage makes itself: no function, so they are loaded when one is found."""
