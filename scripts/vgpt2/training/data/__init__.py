"""What LLaMA-Factory is given: registered datasets, and its own loader's word on them."""
