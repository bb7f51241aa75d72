"""Makes what the demo speakers say and look like."""
