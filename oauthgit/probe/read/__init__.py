"""What answers prove: pure functions from exchanges to judgements, and to what is worth asking next."""
