"""How many points, which band, which rank? Pure arithmetic on tables: marks, totals, bands, ranks, quotas."""
