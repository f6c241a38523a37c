"""What did verifiers, units and the council decide? Stated, recorded, sealed."""
